"""Is this product photograph already in my catalogue, even edited?"""

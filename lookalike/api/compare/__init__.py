"""Two pictures: are they one photograph?"""

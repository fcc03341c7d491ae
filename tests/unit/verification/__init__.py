"""Looking at a query and a candidate: places, pixels, colours, and what is made of them."""

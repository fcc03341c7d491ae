"""Search by looks: models that embed pictures, and the products whose pictures are alike."""

"""Find all duplicates within the catalogue, in the background."""

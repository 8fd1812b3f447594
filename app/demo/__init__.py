"""The demonstration: its world as data, played through the product's own actions."""

"""Programs that set the project up and check it; the product never imports them."""

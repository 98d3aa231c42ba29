"""WooCommerce, spoken to by its REST API (v3) with a key pair of the shop's own."""

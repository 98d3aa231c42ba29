"""The demo: one real recall carried from notice to completion over a practice market, on the real floors."""

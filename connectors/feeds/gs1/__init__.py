"""GS1's Product Recall Notification."""

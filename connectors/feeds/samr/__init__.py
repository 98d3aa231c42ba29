"""Recall announcements of China's market regulators."""

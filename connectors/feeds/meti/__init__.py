"""Recalls of Japan's Ministry of Economy, Trade and Industry."""

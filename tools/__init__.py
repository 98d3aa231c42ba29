"""What makes a machine ready: the environment, a PostgreSQL and a headless Chromium."""

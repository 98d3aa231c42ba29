"""The relay channel: a platform tells its own buyers, whom the engine never knows."""

"""Safety recalls of the U.S. National Highway Traffic Safety Administration."""

"""The recall protocol, spoken by the engine to a platform or a logistics partner."""

"""A model that says what a script tells it to, in three vendors' wire formats. It has no state: the turn to
play is read from the request alone, so retries, resumed sessions and restarts all meet the same answer."""

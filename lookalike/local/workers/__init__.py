"""Worker processes, which compute on all cores."""

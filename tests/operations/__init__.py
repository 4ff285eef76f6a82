"""Bad days: copies, kills, full disks, a database that is away."""

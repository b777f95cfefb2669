// Keeps the folder buildable until its first file lands.

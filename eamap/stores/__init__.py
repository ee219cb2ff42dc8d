"""Where estates are kept, every version of them: in a folder of files, or in memory."""

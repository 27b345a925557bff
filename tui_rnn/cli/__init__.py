"""The command line: parse, call, print. One module a command; none imports anything heavy at the top."""

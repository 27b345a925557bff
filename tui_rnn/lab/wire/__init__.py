"""Messages as bytes that anybody may have written: for a socket, and for a file. Nothing in them is executed.

A pickle says which function to call, so it is read from this package's own pipe alone. Here a message is JSON and blocks of
numbers. Only classes of the lab's messages, questions and answers are made from it, with the fields that they have, each of
the type that it is declared with.
"""

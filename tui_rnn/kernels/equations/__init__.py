"""The chapter's equations, forward and back, each written once.

Read in this order: cells (the equations of one unit), recurrent (units through time), order (where the rows of a batch
lie), layer (what it reads, both directions, gradients), embedding, readout (softmax and cross-entropy), linear, dropout,
optimizer, streams (chunks of a text), sampling; then pooling, attention, decoder and decoder_backward.
"""

"""The chapter's equations, forward and back, each written once.

Read in this order: cells (the equations of one unit), recurrent (a layer through time), embedding, readout (softmax and
cross-entropy), language_model (the whole), dropout, optimizer, training, sampling. What reads whole sequences: sequences
(a layer in one or both directions), pooling, linear, attention, decoder.
"""

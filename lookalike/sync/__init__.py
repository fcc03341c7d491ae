"""Keeping a vector index in step with the table of pictures, on AWS.

``picture_sync`` updates the index for given pictures. Two callers decide which: ``stream_batches``
follows the table's stream (``stream_records`` reads one record, ``failed_records`` stores what
cannot be applied, ``replay`` applies it again), and ``reconciler`` walks through table and index
(``reconciliation_state`` is its progress).
"""

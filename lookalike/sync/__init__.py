"""Keeping a vector index in step with the table of pictures, on AWS.

``picture_sync`` updates the index for given pictures. Two callers decide which: ``stream_batches``
follows the table's stream (``stream_records`` reads one record, ``failed_records`` stores what
cannot be applied, ``replay`` applies it again), and ``reconciler`` compares table and index. It has
steps (``checksum_steps``, ``repair_steps`` and ``looks_reconciler``), whose parts several workers
do at once; ``reconciliation_state`` is its progress.
"""

"""The accuracy benchmark: how well edited copies are found, and how rarely other pictures are.

A run goes through these files; ``benchmark.py`` calls them in turn:

1. ``settings.py`` says what to measure, and ``catalogues.py`` reads the catalogues.
2. ``screening.py`` opens every picture, and leaves out those that cannot be used.
3. With ``leave_one_out`` in the settings, ``fitting/`` fits models for each catalogue to the other
   ones: ``collection.py`` collects samples, and ``left_out.py`` fits and keeps the models.
4. ``questions/`` decides what is asked: ``sampling.py`` draws the questions, ``ground_truth.py``
   says what is right, ``query_images.py`` creates the images with ``edits/``.
5. ``answers/`` gets the answers: ``run.py`` collects what has no answer yet, ``indexes.py`` says
   what each index holds, ``runner.py`` asks ``methods/`` in several processes, ``answer_file.py``
   keeps the answers until ``code_version.py`` finds that they are out of date.
6. ``scoring/`` compares answers with the ground truth and computes figures of merit;
   ``recalibration.py`` there fits percentages to labelled queries.
7. ``report/`` turns figures into tables, plots, Markdown and HTML.

``split.py`` splits the pictures of one catalogue into a half to fit on and a half to report on.
"""

"""The fictional world of ``hubbub demo``: invented posts, the feeds that carry them, and the tour through them.

Nobody in it exists: brands, papers, forums and people are made up, and every address ends in ``.example``.
"""

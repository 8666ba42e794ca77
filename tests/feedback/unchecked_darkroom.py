"""The darkroom without its look at the header, for the control of the image bombs."""

from feedback import darkroom

darkroom.PIXELS = 10**12
work = darkroom.work

"""The invented works of the archive; their files are drawn, typeset and sounded by the seed itself."""

from alliance.demo.works.films import FILMS
from alliance.demo.works.papers import PAPERS
from alliance.demo.works.pictures import PICTURES
from alliance.demo.works.posters import POSTERS
from alliance.demo.works.sounds import SOUNDS
from alliance.demo.works.work import Work

WORKS: tuple[Work, ...] = tuple(sorted((*FILMS, *SOUNDS, *PICTURES, *POSTERS, *PAPERS), key=lambda work: -work.posted))

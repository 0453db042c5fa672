"""The captions of a clip as WebVTT, in Chinese or in English."""

from alliance.demo.works.work import Work


def webvtt(work: Work, language: str = "zh") -> str:
    """What is said in the clip, with its times; empty where nothing is."""
    if not work.cues:
        return ""
    told = (
        f"{_time(start)} --> {_time(end)}\n{english if language == 'en' else chinese}\n"
        for start, end, chinese, english in work.cues
    )
    return "WEBVTT\n\n" + "\n".join(told)


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02}:{rest:06.3f}"

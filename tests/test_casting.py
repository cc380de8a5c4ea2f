"""Who speaks which line, in what manner, and who goes on when a voice fails."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import article_of, script_of

import voices
from reader.casting import choose_voices
from reader.config import SAME, Settings, load_settings
from reader.errors import ConfigError, UnknownVoiceError, UsageError, VoiceError
from reader.model import Handover, Line, Manner, Script
from reader.prepared import Prepared
from reader.scriptwriter import Extras, write_script
from reader.soundside import record
from reader.synthesizer import Cast, Ensemble, Part, alone, synthesize
from voices import Speech, Utterance
from voices.tone import ToneVoice

FOUR = tuple(Part(ToneVoice(option)) for option in ("low", "high", "low", "high"))
BODY = Part(ToneVoice("low"))


@pytest.fixture(autouse=True)
def _nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYT_DATA", str(tmp_path / "data"))


def quoting(*names: str) -> Script:
    return script_of(*(f"»Vi bygger nu,« siger {name}." for name in names))


def casting(script: Script, ensemble: Ensemble) -> dict[str | None, Part]:
    cast = ensemble.cast(script)
    return {line.speaker: cast.part_of(line) for line in script.lines if line.role == "quote"}


def test_each_person_has_a_voice_of_their_own() -> None:
    """While there are voices enough, no two people share one, and each keeps theirs throughout."""
    ensemble = Ensemble(BODY, quotes=tuple((part, None) for part in FOUR))
    names = ("Ida Ravn", "Bo Holm", "Mia Dahl", "Kaj Lund")
    parts = casting(quoting(*names, *names), ensemble)
    assert set(parts) == set(names)
    assert len({id(part) for part in parts.values()}) == 4


def test_a_correction_elsewhere_changes_no_ones_voice() -> None:
    """A person who is quoted later, or no more, does not change who speaks for the others before."""
    ensemble = Ensemble(BODY, quotes=tuple((part, None) for part in FOUR))
    few, more = (casting(quoting(*names), ensemble) for names in (("Ida Ravn",), ("Ida Ravn", "Bo Holm", "Mia Dahl")))
    assert few["Ida Ravn"] is more["Ida Ravn"]


def test_more_people_than_voices_share_them_evenly() -> None:
    """When the voices run out, they are given a second time, but none a third time before all have two."""
    ensemble = Ensemble(BODY, quotes=((FOUR[0], None), (FOUR[1], None)))
    parts = list(casting(quoting("Ida Ravn", "Bo Holm", "Mia Dahl", "Kaj Lund"), ensemble).values())
    assert sorted(parts.count(part) for part in (FOUR[0], FOUR[1])) == [2, 2]


def test_a_kind_of_voice_is_given_only_where_it_is_told() -> None:
    """Nobody is taken for a woman or a man by their name; who is told to be one gets such a voice."""
    quotes = ((FOUR[0], "man"), (FOUR[1], "woman"))
    for name in ("Ida Ravn", "Bo Holm", "Mia Dahl"):
        parts = casting(quoting(name), Ensemble(BODY, quotes=quotes, speakers={name: "woman"}))  # type: ignore[arg-type]
        assert parts[name] is FOUR[1]


def test_the_settings_name_who_speaks() -> None:
    """A voice for a person, a role and the quotes can be named, with pace and pitch, and wins over the profile's."""
    settings = Settings(
        voice="tone",
        quote_voice="tone:high",
        roles={"title": Manner(rate=0.8), "heading": Manner("tone:high", pitch=1.2)},
        speakers={"Ida Ravn": "tone:low"},
    )
    (ensemble,) = choose_voices(settings)
    cast = ensemble.cast(quoting("Ida Ravn", "Bo Holm"))
    said = {
        name: cast.part_of(Line(None, 0, role, "x", "x", speaker=name))  # type: ignore[arg-type]
        for name, role in {"title": "title", "heading": "heading", "Ida Ravn": "quote", "Bo Holm": "quote"}.items()
    }
    assert {name: (part.voice.id, part.rate, part.pitch) for name, part in said.items()} == {
        "title": ("tone:low@1", 0.8, 1.0),
        "heading": ("tone:high@1", 1.0, 1.2),
        "Ida Ravn": ("tone:low@1", 1.0, 1.0),
        "Bo Holm": ("tone:high@1", 1.0, 1.0),
    }


def test_same_means_one_voice_for_all() -> None:
    """With --quote-voice same the quotes are spoken by the story's voice, in one breath with their attributions."""
    (ensemble,) = choose_voices(Settings(voice="espeak", quote_voice=SAME))
    cast = ensemble.cast(quoting("Ida Ravn"))
    assert {cast.part_of(line) for line in quoting("Ida Ravn").lines} == {cast.body}


def test_pace_and_pitch_reach_the_voice() -> None:
    """The manner of a role is what its utterances ask of the voice."""
    given: list[Utterance] = []

    class Listening(ToneVoice):
        def speak(self, utterance: Utterance, /) -> Speech:
            given.append(utterance)
            return super().speak(utterance)

    script = script_of("Det regner.", title="Vejret")
    slow = Part(Listening("low"), rate=0.5, pitch=1.5)
    list(synthesize(script, Cast(slow, {"title": Part(slow.voice, 0.8)})))
    assert [(u.role, u.rate, u.pitch) for u in given] == [("title", 0.8, 1.0), ("body", 0.5, 1.5)]


class Failing(ToneVoice):
    """A voice that speaks so many utterances and then no more."""

    concurrency = 1

    def __init__(self, times: int) -> None:
        super().__init__("high")
        self.id = "failing:one@1"
        self.times = times

    def speak(self, utterance: Utterance, /) -> Speech:
        if self.times == 0:
            raise VoiceError("the service had a bad minute")
        self.times -= 1
        return super().speak(utterance)


PARAGRAPHS = script_of("Et. To. Tre.", "Fire. Fem. Seks.", "Syv. Otte. Ni.", title="Tal")


@pytest.mark.parametrize(("times", "first"), [(0, 0), (1, 1), (3, 1), (4, 4), (6, 4), (9, 7), (10, None)])
def test_when_a_voice_fails_the_next_speaks_from_a_whole_paragraph_on(times: int, first: int | None) -> None:
    """Every line has sound, no paragraph has two voices, and the handover is told with its line and reason."""
    handovers: list[Handover] = []
    casts = [alone(Failing(times)), alone(ToneVoice("low"))]
    clips = list(synthesize(PARAGRAPHS, casts, on_handover=handovers.append))
    assert [clip.line for clip in clips] == list(range(10))
    assert [clip.line for clip in clips if clip.voice == "tone:low@1"] == list(
        range(10 if first is None else first, 10)
    )
    assert [(one.line, one.voice) for one in handovers] == ([] if first is None else [(first, "tone:low@1")])
    assert all("bad minute" in one.reason for one in handovers)


def test_when_the_last_voice_fails_the_run_does() -> None:
    """A chain in which every voice fails ends in the error of the last one."""
    with pytest.raises(VoiceError, match="line 2 could not be spoken"):
        list(synthesize(PARAGRAPHS, [alone(Failing(0)), alone(Failing(1))]))


def test_an_episode_says_who_took_over(tmp_path: Path) -> None:
    """The handover stands in episode.json, both voices are named, and text and chapters are what they were."""
    ensembles = [Ensemble(Part(Failing(4))), Ensemble(BODY)]
    episode = record(Prepared(PARAGRAPHS, "id"), ensembles, Settings(output=str(tmp_path)))
    assert episode.voices == ("failing:one@1", "tone:low@1")
    assert [handover.line for handover in episode.handovers] == [4]
    assert episode.script == PARAGRAPHS
    text = (tmp_path / episode.slug / "episode.json").read_text("utf-8")
    assert '"handovers"' in text
    assert "bad minute" in text


def test_a_chain_is_named_with_commas() -> None:
    """--voice a,b gives two ensembles; what was named beside the first is not asked of the second."""
    first, second = choose_voices(
        Settings(voice="tone, espeak", quote_voice="tone:high", roles={"title": Manner("tone")})
    )
    assert first.roles["quote"].voice.id == "tone:high@1"
    assert first.roles["title"].voice.id == "tone:low@1"
    used = [second.body, *second.roles.values(), *(part for part, _ in second.quotes)]
    assert {part.voice.id.partition(":")[0] for part in used} == {"espeak"}


@pytest.mark.parametrize("name", ["nobody", "tone,nobody", "tone,", ",tone"])
def test_a_wrong_name_anywhere_in_a_chain_is_a_wrong_call(name: str) -> None:
    """A voice that does not exist is named before anything is spoken, also where it would speak only in need."""
    with pytest.raises(UnknownVoiceError):
        choose_voices(Settings(voice=name))


@pytest.mark.parametrize(
    "settings",
    [
        Settings(voice="gtts"),
        Settings(voice="tone,gtts"),
        Settings(voice="tone", quote_voice="gtts"),
        Settings(voice="tone", roles={"title": Manner("gtts")}),
        Settings(voice="tone", speakers={"Ida Ravn": "gtts"}),
    ],
)
def test_offline_no_part_is_for_a_voice_that_needs_the_network(settings: Settings) -> None:
    """Wherever an online voice is named, an offline run refuses it."""
    choose_voices(settings)
    with pytest.raises(UsageError, match="needs the network"):
        choose_voices(replace(settings, offline=True))


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "lyt.toml"


def test_the_settings_file_names_roles_and_speakers(written: Path) -> None:
    """Tables of roles and speakers are read into the settings."""
    written.write_text(
        '[roles.title]\nrate = 0.9\n[roles.quote]\nvoice = "tone:high"\npitch = 1.1\n'
        '[speakers]\n"Ida Ravn" = "woman"\n',
        "utf-8",
    )
    settings = load_settings()
    assert settings.roles == {"title": Manner(rate=0.9), "quote": Manner("tone:high", pitch=1.1)}
    assert settings.speakers == {"Ida Ravn": "woman"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("roles = 3", "tables"),
        ("[roles.king]\nrate = 1", "no role 'king'"),
        ("[roles.title]\nspeed = 1", "only: voice, rate, pitch"),
        ("[roles.title]\nrate = 9", "between 0.5 and 2"),
        ("[roles.title]\nrate = true", "between 0.5 and 2"),
        ("[roles.title]\nvoice = 3", "only: voice, rate, pitch"),
        ("speakers = []", "a table like"),
        ("[speakers]\nIda = 3", "a table like"),
        ("cache_size = 0", "megabytes"),
        ("cue = 1", "true or false"),
    ],
)
def test_a_wrong_setting_is_named(written: Path, text: str, said: str) -> None:
    """What is wrong in the settings file is told with the file, the key and what it must be."""
    written.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        load_settings()
    assert "lyt.toml" in str(caught.value)


def test_cues_are_said_around_quotes() -> None:
    """With cues a listener hears where a quote begins and ends; nothing is printed, and chapters begin with them."""
    article = article_of("Det regner.", "»Vi bygger nu,« siger Ida Ravn. »Det går godt.«")
    plain = write_script(article, notice=None)
    script = write_script(article, notice=None, extras=Extras(cue=True))
    assert [line.spoken for line in script.lines] == [
        "Det regner.",
        "Citat:",
        "Vi bygger nu,",
        "citat slut,",
        "siger Ida Ravn.",
        "Citat:",
        "Det går godt.",
        "citat slut.",
    ]
    assert "".join(line.written for line in script.lines) == "".join(line.written for line in plain.lines)
    assert [script.lines[chapter.line].spoken for chapter in script.chapters] == ["Det regner.", "Citat:"]
    assert [chapter.title for chapter in script.chapters] == [chapter.title for chapter in plain.chapters]


def test_a_cue_is_spoken_by_the_narrator() -> None:
    """The words "citat" and "citat slut" belong to the story's voice, not to the person who is quoted."""
    script = write_script(article_of("»Vi bygger nu,« siger Ida Ravn."), notice=None, extras=Extras(cue=True))
    clips = synthesize(script, alone(ToneVoice("low"), ToneVoice("high")))
    assert [clip.voice for clip in clips] == ["tone:low@1", "tone:high@1", "tone:low@1", "tone:low@1"]


def test_the_default_voice_is_espeak_where_nothing_better_is_installed() -> None:
    """Without an installed neural voice, and only then, the voice that is always there speaks."""
    assert voices.resolve("default") in ("espeak:da", "espeak")

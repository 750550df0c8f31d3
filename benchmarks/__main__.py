"""`python -m benchmarks [demo] [peers] [guarding] [engine] [presence] [mapping]`.

Without words, everything, into RESULTS.md. With a narrower wish (`--only Q3`), figures
are printed and not written. Nothing else should run meanwhile.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence

from benchmarks import engine, guarding, mapping, presence, results
from benchmarks.demo import measure as demo
from benchmarks.peers.contestants import CONTESTANTS
from benchmarks.peers.measure import Wish, measure
from benchmarks.peers.questions import QUESTIONS
from benchmarks.peers.report import report

_POSTGRESQL = "postgresql://postgres:postgres@127.0.0.1:5432"
Options = argparse.Namespace


def main() -> None:
    """Measure what the command line names."""
    options = _options()
    for part in options.parts or list(_PARTS):
        text = _PARTS[part](options)
        if options.note:
            text = f"{options.note}\n\n{text}"
        print(f"\n{text}\n")
        if not _narrow(options):
            results.write(part, text)
            print(results.RESULTS)


def _peers(options: Options) -> str:
    standard = Wish()
    wish = Wish(
        options.contestants or standard.contestants,
        options.only or standard.questions,
        options.connections or standard.connections,
        options.seconds or standard.seconds,
        min(options.seconds or standard.warm, standard.warm),
        options.postgresql,
    )
    return report(measure(wish), wish)


def _guarding(options: Options) -> str:
    return guarding.report(options.seconds or 1.5)


def _engine(_: Options) -> str:
    return engine.report()


def _demo(_: Options) -> str:
    return demo.report()


def _presence(_: Options) -> str:
    return presence.report()


def _mapping(_: Options) -> str:
    return mapping.report()


_PARTS: Mapping[str, Callable[[Options], str]] = {
    "peers": _peers,
    "guarding": _guarding,
    "engine": _engine,
    "demo": _demo,
    "presence": _presence,
    "mapping": _mapping,
}


def _narrow(options: Options) -> bool:
    """Say whether this is less than a whole run."""
    return bool(options.contestants or options.only or options.connections)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help="what: all")
    parser.add_argument("--only", type=_names(QUESTIONS), help="questions: Q1,Q3")
    parser.add_argument(
        "--contestants", type=_names(CONTESTANTS), help="gateway,mercurius"
    )
    parser.add_argument("--connections", type=_numbers, help="1,50")
    parser.add_argument("--seconds", type=float, help="of each measurement")
    parser.add_argument("--postgresql", default=_POSTGRESQL, help="a server")
    parser.add_argument("--note", default="", help="words to stand above the tables")
    return parser.parse_args()


def _names(known: Mapping[str, object]) -> Callable[[str], Sequence[str]]:
    def read(text: str) -> Sequence[str]:
        unknown = set(text.split(",")) - known.keys()
        if unknown:
            raise argparse.ArgumentTypeError(
                f"no {', '.join(sorted(unknown))}; there are {', '.join(known)}"
            )
        return text.split(",")

    return read


def _numbers(text: str) -> Sequence[int]:
    return [int(one) for one in text.split(",")]


if __name__ == "__main__":
    main()

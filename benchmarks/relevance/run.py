"""How relevant search is, on a judged set, beside tantivy's BM25 in the same run.

python -m benchmarks.relevance.run FOLDER
python -m benchmarks.relevance.run --documents D.jsonl --judgments J.csv [--queries Q.txt]

FOLDER has products.jsonl.gz and judgments.csv, perhaps queries.txt (see judged.py). Both engines
get the same texts; of the boosts of the title that tantivy is tried with, the one that is best for
it counts. Each query is asked as it is, and with typing errors: the same ones in every run.
Servers of its own, in a temporary folder; nothing of yours is touched.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean

# ruff: noqa: PLC0415  # Django's modules come after its settings
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

import django  # noqa: E402  # the path comes first

from benchmarks.relevance.judged import (  # noqa: E402  # the path comes first
    Judged,
    answerable,
    misspelt,
    ndcg,
    read_judged,
    recall,
)
from tests.services import ThrowAwayServices  # noqa: E402  # the path comes first

HERE = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / "var" / "relevance"
BOOSTS = (1, 2, 3, 5)
SEEDS = range(10)  # of typing errors: so many wrong forms of each query
# What search promises: beside tantivy, under typing errors, and of queries without an answer.
LESS, KEPT, SILENT = 0.005, 0.94, 0.01
Found = list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("RELEVANCE"))
    for name in ("documents", "judgments", "queries"):
        parser.add_argument(f"--{name}", type=Path)
    options = parser.parse_args()
    documents, judgments, queries = files_of(options)
    judged = read_judged(documents, judgments, queries)
    print(f"{len(judged.documents):,} documents, {len(judged.ratings)} queries")
    services = ThrowAwayServices()
    services.complete_environment()
    try:
        services.start()
        django.setup()
        measure(judged)
    finally:
        services.stop()


def files_of(options: argparse.Namespace) -> tuple[Path, Path, Path | None]:
    folder = Path(options.folder) if options.folder else None
    documents = options.documents or (folder and folder / "products.jsonl.gz")
    judgments = options.judgments or (folder and folder / "judgments.csv")
    queries = options.queries or (folder and folder / "queries.txt")
    if documents is None or judgments is None:
        sys.exit("Say where the judged set is: make relevance RELEVANCE=/path/to/folder")
    for path in (documents, judgments):
        if not path.is_file():
            sys.exit(f"There is no {path}: a judged set is not part of this project.")
    return documents, judgments, queries if queries and queries.is_file() else None


def measure(judged: Judged) -> None:
    from django.core.management import call_command

    from benchmarks.relevance import ours

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    ours.load(judged.documents)
    print(f"Written through the services in {time.perf_counter() - begun:.0f} s")
    asked = list(answerable(judged))
    wrong = [(query, misspelt(query, seed=seed)) for seed in SEEDS for query in asked]
    silent = sum(not found for found in ours.find(judged.ratings))
    catalog = report("catalog", ours.find, asked, wrong, judged.ratings)
    boosted = {boost: tantivy(judged, boost) for boost in BOOSTS}
    rated = {
        boost: mean(
            ndcg(found, judged.ratings[query])
            for query, found in zip(asked, ask(asked), strict=True)
        )
        for boost, ask in boosted.items()
    }
    best = max(rated, key=lambda boost: rated[boost])
    peer = report(f"tantivy, title x {best}", boosted[best], asked, wrong, judged.ratings)
    print(f"Queries without any result: {silent} of {len(judged.ratings)}")
    goals = {
        f"NDCG@10 at least tantivy's less {LESS}": catalog[0] >= peer[0] - LESS,
        f"{KEPT:.0%} kept under typing errors": catalog[1] >= KEPT * catalog[0],
        f"at most {SILENT:.0%} without results": silent <= SILENT * len(judged.ratings),
    }
    for goal, is_met in goals.items():
        print(f"{'met' if is_met else 'MISSED'}: {goal}")


def report(
    name: str,
    ask: Callable[[Sequence[str]], Found],
    asked: Sequence[str],
    wrong: Sequence[tuple[str, str]],
    ratings: Mapping[str, Mapping[str, float]],
) -> tuple[float, float]:
    """Print a line; answers NDCG@10 as it is, and under typing errors."""
    found = ask(asked)
    clean = mean(ndcg(each, ratings[query]) for query, each in zip(asked, found, strict=True))
    deep = mean(recall(each, ratings[query]) for query, each in zip(asked, found, strict=True))
    strayed = ask([text for _, text in wrong])
    noisy = mean(ndcg(each, ratings[q]) for (q, _), each in zip(wrong, strayed, strict=True))
    lost = sum(not each for each in strayed)
    print(
        f"{name:20} NDCG@10 {clean:.4f}  recall@100 {deep:.3f}  with typing errors {noisy:.4f}"
        f" ({noisy / clean:.1%}; {lost} of {len(wrong)} without results)"
    )
    return clean, noisy


def tantivy(judged: Judged, boost: int) -> Callable[[Sequence[str]], Found]:
    """The peer with this boost of the title; it indexes anew for each list of queries."""
    documents = [
        [each.key, each.title, " ".join((each.brand, each.category, each.description, each.text))]
        for each in judged.documents
    ]

    def ask(queries: Sequence[str]) -> Found:
        done = subprocess.run(
            [str(peer_python()), str(HERE / "tantivy_peer.py"), str(boost)],
            input=json.dumps({"documents": documents, "queries": list(queries)}),
            capture_output=True,
            text=True,
            check=True,
        )
        found: Found = json.loads(done.stdout)
        return found

    return ask


def peer_python() -> Path:
    """The Python of an environment that has what requirements.txt beside this file locks."""
    python, marker, lock = (
        ENVIRONMENT / "bin/python",
        ENVIRONMENT / "lock",
        HERE / "requirements.txt",
    )
    if not marker.is_file() or marker.read_bytes() != lock.read_bytes():
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run([*pip, f"--requirement={lock}"], check=True)
        marker.write_bytes(lock.read_bytes())
    return python


if __name__ == "__main__":
    main()

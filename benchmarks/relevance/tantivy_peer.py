"""The peer: tantivy's BM25 with English stems, the title boosted. A program of its own.

It reads one JSON object on stdin: {"documents": [[key, title, rest]], "queries": [texts]}, and
writes the keys that it finds for each query, the best first, as JSON on stdout.
"""

import json
import re
import sys

import tantivy

TITLE_BOOST = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
DEPTH = 100


def main() -> None:
    asked = json.load(sys.stdin)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name="en_stem")
    builder.add_text_field("rest", tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer()
    for key, title, rest in asked["documents"]:
        writer.add_document(tantivy.Document(key=key, title=title, rest=rest))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    found = []
    for text in asked["queries"]:
        plain = " ".join(re.findall(r"\w+", text.lower()))
        query = index.parse_query(plain, ["title", "rest"], field_boosts={"title": TITLE_BOOST})
        hits = searcher.search(query, DEPTH).hits
        found.append([searcher.doc(address)["key"][0] for _, address in hits])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

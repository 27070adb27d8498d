"""How the API introduces itself; the settings hand this to drf-spectacular. Texts are Markdown."""

INTRODUCTION = """\
The catalog of a shop over REST: read it without signing in, change it with a token.

- **Signing in.** Reading what is published needs no token, unless the operator says otherwise.
  For everything else send `Authorization: Bearer <access>` from `POST /api/v1/auth/token`.
  Programs send an API key as `X-API-Key` instead (see `POST /api/v1/api-keys`). A caller who is
  limited to channels gets 403 `channel-forbidden` for the others, and for what all share.
- **Form.** JSON in UTF-8, names in snake_case, ids are UUIDs, times are RFC 3339 in UTC. Amounts
  of money are strings of digits with a point, such as `"19.90"`, beside an ISO 4217 currency.
- **Nothing is silently ignored.** An unknown field, an unknown parameter or a key that is given
  twice is an error that names it.
- **Pages.** Lists answer with `items` and `next_cursor`. Send it as `cursor` for the next page,
  with the same filters; on the last page it is null.
- **Versions.** What can change has an `ETag`. Send it as `If-Match` with a write, and the write
  happens only if nobody came first (412 if somebody did). Send it as `If-None-Match` with a read,
  and an unchanged answer costs no body (304).
- **Problems.** Every refusal is `application/problem+json` (RFC 9457): `code` for programs,
  `detail` for people, `errors` with a JSON pointer per refused value, and a `request_id` that the
  operator finds in the log. `type` leads to the explanation; all are listed at
  [/docs/problems](/docs/problems).
"""

TAGS = [
    {"name": "auth", "description": "Sign in, renew the tokens, sign out; keys for programs."},
    {"name": "products", "description": "What the shop sells, each with all its parts."},
    {"name": "search", "description": "What shoppers look for, in their own words."},
    {"name": "synonyms", "description": "Words that mean the same, for search."},
    {"name": "curations", "description": "What a query shows first, last, or not at all."},
    {"name": "variants", "description": "The kinds of a product that can be bought."},
    {"name": "prices", "description": "What it costs: whom, when, and how many at once."},
    {"name": "lists", "description": "Price lists: for a channel, a group of customers, a season."},
    {"name": "classes", "description": "Tax classes: names for whoever computes taxes."},
    {"name": "costs", "description": "What the shop itself pays, for managers."},
    {"name": "media", "description": "The pictures of a product."},
    {"name": "brands", "description": "Who makes it."},
    {"name": "types", "description": "Kinds of products, and which attributes they have."},
    {"name": "attributes", "description": "What can be said of a product, typed."},
    {"name": "values", "description": "Values of attributes, as they were written."},
    {"name": "categories", "description": "The tree in which shoppers look for it."},
    {"name": "channels", "description": "Where products are sold, in which languages."},
    {"name": "locales", "description": "The languages of texts, each with its fallback."},
    {"name": "kinds", "description": "Kinds of relations between products."},
    {"name": "listings", "description": "In which channels a product is shown, and when."},
    {"name": "collections", "description": "Products that somebody, or a rule, put together."},
    {"name": "stock", "description": "How many there are, and where."},
    {"name": "locations", "description": "Where stock is kept."},
    {"name": "imports", "description": "Files of products on their way in: plan, write, report."},
    {"name": "changes", "description": "What happened in the catalog, to follow and to look up."},
    {"name": "exports", "description": "Products out, as files of many formats."},
    {"name": "feeds", "description": "What marketplaces fetch, made again and again."},
    {"name": "completeness", "description": "What a product still lacks, for editors."},
    {"name": "translations", "description": "Texts in all their languages, to edit them."},
]
NAMES_OF_CHOICES = {
    "ProductOperation": "products.api.product_bulk.OPERATIONS",
    "PriceOperation": ["set", "delete"],
    "StockOperation": ["set", "adjust"],
    "ProductStatus": "products.models.products.Product.Status",
    "VariantStatus": "products.models.variants.Variant.Status",
    "CollectionStatus": "products.models.product_collections.Collection.Status",
    "AttributeType": "products.models.product_types.Attribute.Type",
    "ExportFormat": "products.api.export_shapes.FORMATS",
    "FeedFormat": "products.api.export_shapes.FEED_FORMATS",
    "ExportState": "products.models.exports.Export.State",
    "ChangeType": "products.changes.feed.TYPES",
    "WeightUnit": ["mg", "g", "kg", "t", "oz", "lb", "st"],
    "LengthUnit": ["mm", "cm", "dm", "m", "in", "ft", "yd"],
    "NewProductStatus": ["draft", "published"],
    "FacetKind": ["choice", "range"],
    "ImportFormat": "products.api.import_shapes.FORMAT_CODES",
    "ImportState": "products.models.imports.ImportJob.State",
    "ImportPhase": "products.models.imports.ImportJob.Phase",
    "ImportOutcome": "products.transfer.reports.OUTCOMES",
    "RemarkKind": "products.models.imports.ImportRemark.Kind",
    "RefusalPolicy": "products.api.import_shapes.REFUSALS",
    "WritePolicy": "products.api.import_shapes.WRITES",
    "MissingPolicy": "products.api.import_shapes.MISSING",
    "MissingOf": "products.api.import_shapes.MISSING_OF",
    "KindEnum": "products.models.media.Kind",  # of media; facets have one, too
    "TokenKind": ["access", "refresh"],
    "TokenScheme": ["Bearer"],
}

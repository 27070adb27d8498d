"""What the OpenAPI document says about the catalog, apart from the code that runs.

A module per noun; its `OPERATIONS` name each action of the viewset. `urls.py` puts the two
together. What is true of every operation (refusals, security) is derived in
`catalog_project.api.schema`.
"""

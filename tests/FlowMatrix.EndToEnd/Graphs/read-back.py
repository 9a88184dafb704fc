"""Reads graphml, xlsx and cytoscape files with other libraries, and prints their content as one JSON document."""
import json
import sys
from xml.etree import ElementTree

import networkx
import openpyxl

graphml, xlsx, cytoscape = sys.argv[1:]
graph = networkx.read_graphml(graphml)
YED = "{http://www.yworks.com/xml/graphml}"
sheets = openpyxl.load_workbook(xlsx)
elements = json.load(open(cytoscape, encoding="utf-8"))["elements"]
print(json.dumps({
    "nodes": graph.number_of_nodes(),
    "edges": graph.number_of_edges(),
    "labels": sorted(data["label"] for _, data in graph.nodes(data=True)),
    "yed": [node.find(f".//{YED}NodeLabel").text for node in ElementTree.parse(graphml).iter("{http://graphml.graphdrawing.org/xmlns}node")],
    "weights": [f"{data['weight']:.0f} {data['label']}" for _, _, data in graph.edges(data=True)],
    "sheets": [{
        "name": sheet.title,
        "frozen": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "rows": [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet],
        "types": sorted({cell.data_type for row in sheet for cell in row}),
    } for sheet in sheets],
    "elements": [element["data"]["label"] for element in elements["nodes"] if "path" in element["data"]],
    "arrows": len(elements["edges"]),
}))

/*
 * Types of the page's scripts, for the TypeScript compiler only (eng/check-page.mjs). The page does not contain this
 * file.
 */

/** The data that the tool embeds; HtmlData.cs writes it. Fields of rows are numbers into the tables of texts. */
interface PageData {
  readonly generator: string;
  readonly rows: number;
  readonly counts: { hosts: number; sockets: number; services: number; connections: number; paired: number };
  readonly columns: string[];
  readonly hosts: string[];
  readonly networks: string[];
  readonly addresses: string[];
  readonly names: string[];
  readonly paths: string[];
  readonly matches: string[];
  readonly directions: string[];
  /** Sets of ports, each flat: protocol, port, protocol, port… */
  readonly portSets: (string | number)[][];
  readonly serviceHost: number[];
  readonly clientHost: number[];
  readonly serviceAddress: number[];
  readonly clientAddress: number[];
  readonly serviceName: number[];
  readonly clientName: number[];
  readonly servicePath: number[];
  readonly clientPath: number[];
  readonly ports: number[];
  readonly connections: number[];
  readonly match: number[];
  readonly direction: number[];
  /** By row, for rows that have one. */
  readonly via: Record<number, string>;
  /** Only if the rows are grouped; the value of --group-by. */
  readonly grouped?: string;
  readonly clients?: number[];
  readonly clientHosts?: number[];
  /** Only if rows are marked, as are the next four; HtmlMarks.cs describes them. */
  readonly marks?: { field: string; noteField: string; title: string; summary: string };
  readonly kinds?: string[];
  readonly mark?: number[];
  readonly notes?: Record<number, string>;
  /** Only if they differ from the notes. */
  readonly notesOfCsv?: Record<number, string>;
  /** Only on the page of a policy check. */
  readonly check?: { policy: string; rules: Rule[] };
  /** Why there is no matrix to show. */
  readonly failed?: string;
}

interface Rule {
  readonly state: "missing" | "expired" | "unused" | "met";
  readonly required: boolean;
  readonly text: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly rows: number;
  readonly line: number;
}

/** A process of a host, an external address or network, or an end of grouped rows. */
interface PageNode {
  readonly id: number;
  /** Number of the host; 0 if it is unknown. */
  readonly host: number;
  readonly address: number;
  /** Not a process of a known host. */
  readonly external: boolean;
  readonly network: boolean;
  readonly text: string;
  readonly name: string;
  readonly path: string;
  readonly known: boolean;
  readonly label: string;
  /** The host; "external" or "network" if there is none. */
  readonly place: string;
  /** Its name in lists of hosts, if it is external. */
  readonly outside: string;
  /** Identifies it in the page's address. */
  readonly key: string;
  /** The box of the map that it belongs to. */
  placeKey: string;
}

/** A node with a port, or a node alone if grouped rows have many ports. */
interface PageService {
  readonly id: number;
  readonly node: PageNode;
  readonly ports: Set<string>;
  readonly port: string;
}

interface Column {
  readonly name: string;
  readonly text: (row: number) => string | number;
  readonly csv: (row: number) => string | number;
  readonly type: "number" | "text";
}

/** The state in the page's address; all values are texts. */
interface State {
  view: string;
  q: string;
  show: string;
  theme: string;
  focus: string;
  steps: string;
  open: string;
  level: string;
  order: string;
  by: string;
  sort: string;
}

interface View {
  /** Changes of these parts of the state draw it again. */
  readonly depends: (keyof State)[];
  draw(panel: HTMLElement): void;
  resize?(): void;
  print?(printing: boolean): void;
  leave?(): void;
}

interface TableView extends View {
  rows: number[];
  /** The selected rows. */
  chosen: Set<number>;
  /** Index of the line that was last chosen, where a range begins; -1 for none. */
  last: number;
  /** Index of the line that the keyboard is at. */
  cursor: number;
  body: HTMLElement;
  scroller: HTMLElement;
}

/** The picture of the map while it is drawn. */
interface MapPicture {
  /** Null if another view is drawn. */
  cy: import("cytoscape").Core | null;
  model: MapModel | null;
  /** The box that the keyboard is at. */
  cursor: import("cytoscape").NodeSingular | null;
  /** Whether the user has moved the picture. */
  moved: boolean;
}

/** The appearance of rows of one kind. */
interface Look {
  readonly sign: string;
  readonly word: string;
  /** In names of colours and classes. */
  readonly name: string;
  readonly dash?: number[];
}

/** The appearance of several rows together. */
interface Mark {
  /** "" if rows are not marked. */
  readonly name: string;
  readonly sign: string;
  /** For example "+2 −1". */
  readonly text: string;
  /** For example "2 added, 1 removed". */
  readonly words: string;
  readonly dash: number[] | null;
}

type RowTest = (row: number) => boolean;

/** One end of aggregated rows: a client or a service. */
interface End {
  readonly id: number | string;
  readonly text: string;
  readonly place: string;
  readonly rows: number[];
  connections: number;
  peers: number;
}

interface Cell {
  readonly client: End;
  readonly service: End;
  readonly rows: number[];
  connections: number;
  mark?: Mark;
}

interface Level {
  client(row: number): number;
  service(row: number): number;
  clientText(id: number): [text: string, place: string];
  serviceText(id: number): [text: string, place: string];
}

interface Size {
  width: number;
  height: number;
}

/** A box of the map: a host, or a part of what is external. */
interface Place {
  readonly key: string;
  readonly name: string;
  readonly external: boolean;
  readonly open: boolean;
  readonly items: Item[];
  readonly nodes: Set<number>;
  readonly rows: number[];
  serves: number;
  calls: number;
  /** The rest is what the layout adds. */
  box: Size;
  columns: PlaceColumn[];
  x: number;
  y: number;
  fx: number;
  fy: number;
}

/** A box in a place: a process, or the closed place itself. */
interface Item {
  readonly id: string;
  readonly place: Place;
  readonly node: PageNode | null;
  readonly ports: Set<string>;
  readonly rows: number[];
  serves: number;
  calls: number;
  /** The rest is what the layout adds. */
  mark: Pick<Mark, "name" | "text">;
  label: string;
  sub: string;
  width: number;
  dx: number;
  dy: number;
  x: number;
  y: number;
}

interface PlaceColumn {
  /** 0: clients, 1: both, 2: services. */
  readonly kind: number;
  readonly items: Item[];
  readonly first: boolean;
  readonly width: number;
  x: number;
}

interface Arrow {
  readonly id: string;
  readonly client: Item;
  readonly service: Item;
  readonly ports: Set<string>;
  readonly rows: number[];
  connections: number;
  udp: boolean;
}

interface MapModel {
  readonly rows: number[];
  readonly focus: PageNode | undefined;
  readonly places: Place[];
  readonly edges: Arrow[];
  /** How many thin arrows were left out of a picture that would be too dense. */
  readonly hidden: number;
  /** Whether the places stand in one column. */
  stacked: boolean;
}

/** A row or column of the heat map. */
interface HeatLine extends End {
  readonly end: End;
  readonly group: string;
  readonly at: number;
  readonly first: boolean;
}

interface HeatPlace {
  r: number;
  c: number;
}

interface Heat {
  readonly rows: HeatLine[];
  readonly columns: HeatLine[];
  readonly cells: Map<string, Cell>;
  /** Logarithm of the most connections of a cell. */
  readonly max: number;
  groupWidth: number;
  left: number;
  readonly top: number;
  cursor: HeatPlace | null;
  readonly canvas: HTMLCanvasElement;
  readonly scroller: HTMLElement;
}

interface SankeyBar {
  readonly end: End;
  readonly isClient: boolean;
}

interface SankeyBand {
  readonly rows: number[];
  connections: number;
  value: number;
  shape?: SVGElement | null;
}

type LaidOutBar = import("d3-sankey").SankeyNode<SankeyBar, SankeyBand>;
type LaidOutBand = import("d3-sankey").SankeyLink<SankeyBar, SankeyBand>;

interface SankeyPicture {
  nodes: LaidOutBar[];
  links: LaidOutBand[];
  /** How many clients and services there are. */
  readonly left: number;
  readonly right: number;
}

/** D3 with the type arguments that a call in a script cannot give. */
interface D3Sankey {
  sankey(): import("d3-sankey").SankeyLayout<SankeyPicture, SankeyBar, SankeyBand>;
  sankeyLinkHorizontal: typeof import("d3-sankey").sankeyLinkHorizontal;
}

type Child = Node | string | null | undefined;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: any) => void)>;

declare const cytoscape: typeof import("cytoscape");
declare const d3: typeof import("d3-array") & typeof import("d3-chord") & typeof import("d3-shape") & D3Sankey;

-- The facts, one table a kind, and the journal that undo and redo read.
-- `seq` is the order of entry; a list inside a record is a table of its own, ordered by `position`.

CREATE TABLE store (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE companies (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  country TEXT,
  time_zone TEXT,
  link TEXT,
  notes TEXT
) STRICT;

CREATE TABLE contacts (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  company TEXT REFERENCES companies (id) DEFERRABLE INITIALLY DEFERRED,
  email TEXT,
  phone TEXT,
  link TEXT,
  address TEXT,
  time_zone TEXT,
  tier TEXT,
  consent TEXT NOT NULL,
  paused_until TEXT,
  notes TEXT
) STRICT;

CREATE TABLE opportunities (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  company TEXT REFERENCES companies (id) DEFERRABLE INITIALLY DEFERRED,
  via TEXT REFERENCES companies (id) DEFERRABLE INITIALLY DEFERRED,
  stage TEXT NOT NULL,
  source TEXT,
  link TEXT,
  posting TEXT,
  location TEXT,
  applied_on TEXT,
  closed_on TEXT,
  offer_respond_by TEXT,
  notes TEXT,
  archived INTEGER NOT NULL,
  CHECK (company IS NOT NULL OR via IS NOT NULL)
) STRICT;

CREATE TABLE opportunities_people (
  owner TEXT NOT NULL REFERENCES opportunities (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  contact TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
  role TEXT NOT NULL,
  PRIMARY KEY (owner, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE opportunities_tags (
  owner TEXT NOT NULL REFERENCES opportunities (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (owner, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE interviews (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  opportunity TEXT NOT NULL REFERENCES opportunities (id) DEFERRABLE INITIALLY DEFERRED,
  starts_at TEXT NOT NULL,
  time_zone TEXT,
  minutes INTEGER NOT NULL,
  kind TEXT,
  state TEXT NOT NULL,
  card INTEGER NOT NULL,
  none_named INTEGER NOT NULL,
  location TEXT,
  link TEXT,
  notes TEXT
) STRICT;

CREATE TABLE interviews_people (
  owner TEXT NOT NULL REFERENCES interviews (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  contact TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
  note TEXT,
  PRIMARY KEY (owner, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE time_periods (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  opportunity TEXT NOT NULL REFERENCES opportunities (id) DEFERRABLE INITIALLY DEFERRED,
  said_on TEXT NOT NULL,
  words TEXT,
  earliest TEXT NOT NULL,
  latest TEXT NOT NULL,
  said_by TEXT REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
  interview TEXT REFERENCES interviews (id) DEFERRABLE INITIALLY DEFERRED,
  answered_on TEXT,
  no_contact INTEGER NOT NULL,
  CHECK (earliest <= latest AND said_on <= latest)
) STRICT;

CREATE TABLE resume_versions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  made_on TEXT NOT NULL,
  path TEXT
) STRICT;

CREATE TABLE touches (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  channel TEXT,
  opportunity TEXT REFERENCES opportunities (id) DEFERRABLE INITIALLY DEFERRED,
  interview TEXT REFERENCES interviews (id) DEFERRABLE INITIALLY DEFERRED,
  note TEXT,
  resume_version TEXT REFERENCES resume_versions (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE touches_people (
  owner TEXT NOT NULL REFERENCES touches (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  value TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (owner, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE next_actions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  at TEXT,
  opportunity TEXT REFERENCES opportunities (id) DEFERRABLE INITIALLY DEFERRED,
  contact TEXT REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
  done_at TEXT
) STRICT;

CREATE TABLE keep_in_touch_dates (
  seq INTEGER PRIMARY KEY,
  contact TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
  cycle TEXT NOT NULL,
  date TEXT NOT NULL,
  UNIQUE (contact, cycle)
) STRICT;

CREATE TABLE reviews (
  seq INTEGER PRIMARY KEY,
  quarter TEXT NOT NULL UNIQUE,
  started_at TEXT,
  finished_at TEXT
) STRICT;

CREATE TABLE reviews_decisions (
  owner TEXT NOT NULL REFERENCES reviews (quarter) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  contact TEXT NOT NULL REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED,
  decision TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (owner, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE overrides (
  seq INTEGER PRIMARY KEY,
  reminder TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  until TEXT,
  at TEXT
) STRICT;

-- One step is one thing that the user did; its changes hold each record as it was before and after.
CREATE TABLE steps (
  step INTEGER PRIMARY KEY,
  label TEXT NOT NULL,
  at TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE changes (
  step INTEGER NOT NULL REFERENCES steps (step) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  seq INTEGER NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (step, position)
) STRICT, WITHOUT ROWID;

-- Public holidays by place and year, so that the library that knows them is loaded once a year.
CREATE TABLE holidays (
  country TEXT NOT NULL,
  year INTEGER NOT NULL,
  days TEXT NOT NULL,
  PRIMARY KEY (country, year)
) STRICT, WITHOUT ROWID;

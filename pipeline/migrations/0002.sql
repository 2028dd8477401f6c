-- The ledger: what the sync last saw of each calendar and of each object that it put there.

CREATE TABLE calendar_accounts (
  account TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  token TEXT,
  reconcile INTEGER NOT NULL,
  reconciled_at TEXT,
  not_before TEXT,
  failures INTEGER NOT NULL,
  question TEXT,
  answer TEXT,
  mark_in_description INTEGER NOT NULL,
  basic_text INTEGER NOT NULL,
  summary TEXT
) STRICT;

-- `body` is the last one that the server had, and the base of the next merge; `intent` is what a request
-- whose answer is not known was to bring about.
CREATE TABLE calendar_objects (
  account TEXT NOT NULL REFERENCES calendar_accounts (account) ON DELETE CASCADE,
  reminder TEXT NOT NULL,
  generation INTEGER NOT NULL,
  state TEXT NOT NULL,
  href TEXT NOT NULL,
  etag TEXT,
  body TEXT,
  wanted TEXT NOT NULL,
  start TEXT,
  alert TEXT,
  listed INTEGER NOT NULL,
  refused TEXT,
  intent TEXT,
  PRIMARY KEY (account, reminder, generation)
) STRICT;

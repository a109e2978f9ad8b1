//! The whole database as it was, to come back to and to compare with.
use sqlx::{AssertSqlSafe, PgPool};

pub struct Snapshot {
    restore: String,
    digest: String,
    /// What [`Snapshot::digest`] gave when it was taken.
    pub taken: String,
}

impl Snapshot {
    /// Keeps a copy of every table in a schema of its own.
    pub async fn take(db: &PgPool) -> Self {
        // What the database makes of other columns cannot be put back, and need not be.
        let tables: Vec<(String, String)> = sqlx::query_as(
            "select table_name::text, string_agg(quote_ident(column_name), ', ' order by ordinal_position)
             from information_schema.tables join information_schema.columns using (table_schema, table_name)
             where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like '\\_%'
                 and is_generated = 'NEVER'
             group by 1 order by 1",
        )
        .fetch_all(db)
        .await
        .expect("tables");
        assert!(tables.len() > 25, "{tables:?}");
        let kept = |(name, columns): &(String, String)| {
            format!("create table kept_before.{name} as select {columns} from public.{name};")
        };
        let copy: String = tables.iter().map(kept).collect();
        run(db, format!("drop schema if exists kept_before cascade; create schema kept_before; {copy}")).await;
        let sequences: Vec<(String, i64)> = sqlx::query_as(
            "select sequencename::text, coalesce(last_value, start_value) from pg_sequences where schemaname = 'public'",
        )
        .fetch_all(db)
        .await
        .expect("sequences");
        // Without triggers: the copy is what they made of it.
        let mut restore = "begin; set local session_replication_role = replica;".to_owned();
        restore.extend(tables.iter().map(|(name, columns)| {
            format!(
                "delete from public.{name};
                 insert into public.{name} ({columns}) overriding system value table kept_before.{name};"
            )
        }));
        let reset = |(name, value): (String, i64)| format!("select setval('public.{name}', {value});");
        restore.extend(sequences.into_iter().map(reset));
        restore += "commit;";
        let of = |(name, _): &(String, String)| {
            format!(
                "select '{name} ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as d from {name} t"
            )
        };
        let digests = tables.iter().map(of).collect::<Vec<_>>().join(" union all ");
        let digest = format!("select string_agg(d, E'\\n' order by d) from ({digests}) all_of_them");
        let mut snapshot = Self { restore, digest, taken: String::new() };
        snapshot.taken = snapshot.digest(db).await;
        snapshot
    }

    /// A line for each table, which changes with whatever is written there.
    pub async fn digest(&self, db: &PgPool) -> String {
        sqlx::query_scalar(AssertSqlSafe(self.digest.clone())).fetch_one(db).await.expect("a digest")
    }

    pub async fn restore(&self, db: &PgPool) {
        run(db, self.restore.clone()).await;
        assert_eq!(self.digest(db).await, self.taken, "all is as it was");
    }
}

async fn run(db: &PgPool, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await.expect("done");
}

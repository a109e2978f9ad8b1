-- A transaction that notifies takes a lock of the whole database until its commit has reached the disk, so that no two
-- commit together: some three hundred acts a second on an ordinary disk, whatever the machine. The servers announce by
-- themselves what they have committed. Of what a server of an older version does meanwhile, the others hear by their own
-- looking, a second later at most.
drop trigger events_notify on events;
drop function events_notify();

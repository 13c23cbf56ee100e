-- Gives up the lease of a journal, if this process has it.
-- KEYS: the journal, its lease. ARGV: who gives it up.
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 'ok'

-- Takes the lease of a journal, if no other process has it.
-- KEYS: the journal, its lease.
-- ARGV: who takes it, how long the lease lasts in milliseconds, 'create' or 'resume'.
-- Returns 'ok' and the length of the journal, 'in use' and how long the lease lasts, 'exists' or 'missing'.
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return {'in use', redis.call('PTTL', KEYS[2])} end
local length = redis.call('STRLEN', KEYS[1])
local exists = redis.call('EXISTS', KEYS[1]) == 1
if ARGV[3] == 'create' and exists then return {'exists', 0} end
if ARGV[3] == 'resume' and not exists then return {'missing', 0} end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {'ok', length}

-- Appends to a journal, if no other process has it, and renews the lease.
-- KEYS: the journal, its lease.
-- ARGV: who appends, how long the lease lasts in milliseconds, the length before, the bytes.
-- Returns 'ok', 'taken' or 'changed'. The same bytes at the same length are appended once, so that a
-- request whose response was lost can be repeated.
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return 'taken' end
local length = redis.call('STRLEN', KEYS[1])
local before = tonumber(ARGV[3])
local bytes = ARGV[4]
if length == before then
  if #bytes > 0 then redis.call('APPEND', KEYS[1], bytes) end
elseif length ~= before + #bytes or redis.call('GETRANGE', KEYS[1], before, -1) ~= bytes then
  -- Without a lease, another process may have had it in the meantime.
  return holder and 'changed' or 'taken'
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 'ok'

-- Books calls under a quota that many processes share.
--
-- KEYS[1] holds the log of one endpoint. All instants are microseconds of this server's clock; a
-- caller sends and receives durations, and returns the start of a booking as it received it.

local BUCKET = 2000
local HOLD = 2000000

local position = 0
local function argument()
    position = position + 1
    return tonumber(ARGV[position])
end

local least, usual, most = argument(), argument(), argument()
local max_wait = argument() -- the longest wait that is of use
local occupied = argument() -- from the start until the last of the calls can have arrived
local silence = argument()  -- since the last response over a connection that broke, or 0

local windows, longest = {}, 0
for i = 1, argument() do
    windows[i] = { calls = argument(), length = argument() }
    longest = math.max(longest, windows[i].length)
end

local time = redis.call('TIME')
local clock = time[1] * 1000000 + time[2]
local stored = redis.call('GET', KEYS[1])
local state = stored and cmsgpack.unpack(stored)
    or { born = clock, seen = clock, ahead = 0, last = 0, log = {} }

-- A clock that is set back continues from where it was.
local now = clock + state.ahead
if now < state.seen then
    state.ahead = state.ahead + state.seen - now
    now = state.seen
end
state.seen = now

-- A log that is younger than the silence may have replaced one that was lost: the bookings of that
-- one are over when this hold is.
if silence > 0 and now - state.born <= silence then
    state.last = math.max(state.last, now + HOLD - silence)
end

-- When calls have arrived, followed by their number, the earliest first. Calls that can have arrived
-- at about the same time share an entry, so that a log stays small no matter how small the bookings
-- are. One flat list is read and written three times as fast as a list of pairs.
local log = {}
for i = 1, #state.log, 2 do
    if state.log[i] + longest > now then
        log[#log + 1] = state.log[i]
        log[#log + 1] = state.log[i + 1]
    end
end
state.log = log

local function bucket(instant)
    return math.ceil(instant / BUCKET) * BUCKET
end

local function add(at, calls)
    local i = #log - 1
    while i > 0 and log[i] > at do
        i = i - 2
    end
    if i > 0 and log[i] == at then
        log[i + 1] = log[i + 1] + calls
    else
        table.insert(log, i + 2, at)
        table.insert(log, i + 3, calls)
    end
end

local function remove(at, calls)
    for i = #log - 1, 1, -2 do
        if log[i] == at then
            log[i + 1] = log[i + 1] - calls
            if log[i + 1] <= 0 then
                table.remove(log, i)
                table.remove(log, i)
            end
            return
        end
    end
end

-- What became of earlier bookings.
for _ = 1, argument() do
    local start, was_occupied, booked, is_occupied, sent =
        argument(), argument(), argument(), argument(), argument()
    remove(bucket(start + was_occupied), booked)
    local at = bucket(start + is_occupied)
    if sent > 0 and at + longest > now then
        add(at, sent)
    end
end

-- The earliest instant at which this number of additional calls fits into a window.
local function free_at(window, calls)
    local room = window.calls - calls
    for i = #log - 1, 1, -2 do
        room = room - log[i + 1]
        if room < 0 then
            return log[i] + window.length
        end
    end
    return now
end

-- The number of additional calls that fit into a window at an instant.
local function room_at(window, instant)
    local room = window.calls
    for i = #log - 1, 1, -2 do
        if log[i] + window.length <= instant then
            break
        end
        room = room - log[i + 1]
    end
    return room
end

-- Starts never go back, so that requests are served in order, and so that the log at a start is
-- complete: no booking can be inserted before it later.
local granted, start = 0, now
if most > 0 then
    start = math.max(now, state.last)
    for _, window in ipairs(windows) do
        start = math.max(start, free_at(window, least))
    end
    if start - now <= max_wait then
        local room = most
        for _, window in ipairs(windows) do
            room = math.min(room, room_at(window, start))
        end
        -- A rest that would be too little for a booking of its own is added to this one.
        granted = room < 2 * usual and room or usual
        add(bucket(start + occupied), granted)
        state.last = start
    end
end

local last = log[#log - 1] or 0
local expires_in = math.max(last + longest, state.last) - now
redis.call('SET', KEYS[1], cmsgpack.pack(state), 'PX', math.floor(math.max(expires_in, 0) / 1000) + 1000)
return { granted, start - now, start }

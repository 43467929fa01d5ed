#!lua name=hotline
-- What the routers of an area ask of Redis. Every function runs alone and completely, so each is one
-- atomic step. KEYS all carry the area's hash tag. Loaded by router/redis at connect; VERSION grows
-- with every change that an older router would not understand.
--
-- fence    hash {owner, epoch, seq}: who may write, and the last entry written. Never expires.
-- lease    string owner, with a TTL: while it lives, nobody else may take over. Only allows; the
--          epoch in the fence is what makes it safe.
-- journal  stream; entry ids are <epoch>-<seq>
-- snapshot hash {seq, state}
-- ended    list of call records, newest first, capped
-- calls    hash call id -> state of the live calls
-- index    set of the projected keys

local VERSION = 1

-- Codes of the answers; router/redis/journal_store.h has the same.
local OK, FENCED, LOST, GAP, REPEATED, HELD = 0, 1, 2, 3, 4, 5

local CHUNK = 4000 -- Lua's stack holds some 8,000 values

local function read_fence(key)
  local f = redis.call('HMGET', key, 'owner', 'epoch', 'seq')
  return f[1], tonumber(f[2]), tonumber(f[3])
end

-- Whether `owner` with `epoch` may write. LOST: Redis knows less than the caller, it was emptied or
-- went back in time.
local function check(key, owner, epoch)
  local holder, current, seq = read_fence(key)
  if not current or current < tonumber(epoch) then return LOST, current or 0, seq or 0 end
  if current > tonumber(epoch) or holder ~= owner then return FENCED, current, seq end
  return OK, current, seq
end

-- A reader over ARGV: next() gives one value, span(n) the first and last index of n values.
local function reader(args, at)
  return {
    next = function() at = at + 1; return args[at - 1] end,
    span = function(n) at = at + n; return at - n, at - 1 end,
  }
end

local function chunked(command, key, args, from, to)
  for i = from, to, CHUNK do
    redis.call(command, key, unpack(args, i, math.min(i + CHUNK - 1, to)))
  end
end

-- Writes the window: hashes KEYS[first..], then the live calls, then the ended ones.
-- ARGV: per key a count and so many field, value …; a count of set calls and id, state …; a count of
-- gone calls and their ids; a cap, a count of ended records and the records, oldest first.
-- `fresh` replaces the hashes instead of updating their fields.
local function project(keys, args, first, at, fresh)
  local ended, calls, index = keys[4], keys[5], keys[6]
  local read = reader(args, at)
  for i = first, #keys do
    local n = tonumber(read.next())
    if fresh or n == 0 then redis.call('DEL', keys[i]) end
    if n == 0 then
      redis.call('SREM', index, keys[i])
    elseif redis.call('HSET', keys[i], unpack(args, read.span(n))) > 0 then
      redis.call('SADD', index, keys[i])
    end
  end
  local n = tonumber(read.next())
  if n > 0 then chunked('HSET', calls, args, read.span(n)) end
  n = tonumber(read.next())
  if n > 0 then chunked('HDEL', calls, args, read.span(n)) end
  local cap = tonumber(read.next())
  n = tonumber(read.next())
  if n > 0 then
    chunked('LPUSH', ended, args, read.span(n))
    redis.call('LTRIM', ended, 0, cap - 1)
  end
end

-- KEYS fence lease journal ended calls index hash…   ARGV owner epoch lease_ms seq entry projection…
-- With seq 0: only renews the lease. Returns {code, epoch, seq} of the fence. An entry that is in the
-- journal already is REPEATED and changes nothing, so a commit of unknown outcome may be sent again.
local function commit(keys, args)
  local owner, epoch, lease_ms, seq = args[1], args[2], args[3], tonumber(args[4])
  local code, current, last = check(keys[1], owner, epoch)
  if code ~= OK then return {code, current, last} end
  redis.call('SET', keys[2], owner, 'PX', lease_ms)
  if seq == 0 then return {OK, current, last} end
  if seq <= last then return {REPEATED, current, last} end
  if seq ~= last + 1 then return {GAP, current, last} end
  -- The journal comes last: if a projected key is of a wrong type, nothing is journalled.
  project(keys, args, 7, 6, false)
  redis.call('XADD', keys[3], epoch .. '-' .. args[4], 'e', args[5])
  redis.call('HSET', keys[1], 'seq', args[4])
  return {OK, current, seq}
end

-- KEYS fence lease   ARGV owner lease_ms min_epoch
-- Takes the lease if it is free, expired or the caller's, with a new epoch of at least min_epoch. An
-- emptied Redis counts on from the clock, so that epochs grow even when nobody remembers the last.
-- Returns {code, epoch, seq, milliseconds the holder has left}.
local function acquire(keys, args)
  local owner, lease_ms = args[1], args[2]
  local _, current, seq = read_fence(keys[1])
  local holder = redis.call('GET', keys[2])
  if holder and holder ~= owner then
    return {HELD, current or 0, seq or 0, redis.call('PTTL', keys[2])}
  end
  local epoch = math.max((current or 0) + 1, tonumber(args[3]))
  if not current then epoch = math.max(epoch, tonumber(redis.call('TIME')[1])) end
  redis.call('HSET', keys[1], 'owner', owner, 'epoch', string.format('%.0f', epoch), 'seq',
             string.format('%.0f', seq or 0))
  redis.call('SET', keys[2], owner, 'PX', lease_ms)
  return {OK, epoch, seq or 0, 0}
end

-- KEYS fence lease   ARGV owner epoch.   Gives the lease back, so that another may take over at once.
local function release(keys, args)
  local code, current, seq = check(keys[1], args[1], args[2])
  if code == OK and redis.call('GET', keys[2]) == args[1] then redis.call('DEL', keys[2]) end
  return {code, current, seq}
end

-- KEYS fence snapshot journal   ARGV owner epoch seq state keep_from
-- Replaces the snapshot and forgets the entries before keep_from (<epoch>-<seq>, '' keeps all).
local function snapshot(keys, args)
  local code, current, last = check(keys[1], args[1], args[2])
  if code ~= OK then return {code, current, last} end
  if tonumber(args[3]) > last then return {GAP, current, last} end
  redis.call('HSET', keys[2], 'seq', args[3], 'state', args[4])
  if args[5] ~= '' then redis.call('XTRIM', keys[3], 'MINID', args[5]) end
  return {OK, current, last}
end

-- KEYS fence lease journal ended calls index snapshot hash…
-- ARGV owner epoch lease_ms seq state replace_ended(0|1) projection…
-- Writes the whole truth of the caller's memory: after a takeover, an outage or a loss.
local function restore(keys, args)
  local code, current, last = check(keys[1], args[1], args[2])
  if code ~= OK then return {code, current, last} end
  if tonumber(args[4]) < last then return {GAP, current, last} end
  for _, key in ipairs(redis.call('SMEMBERS', keys[6])) do redis.call('DEL', key) end
  redis.call('DEL', keys[5], keys[6])
  if args[6] == '1' then redis.call('DEL', keys[4]) end
  project(keys, args, 8, 7, true)
  redis.call('HSET', keys[7], 'seq', args[4], 'state', args[5])
  redis.call('HSET', keys[1], 'seq', args[4])
  redis.call('SET', keys[2], args[1], 'PX', args[3])
  return {OK, current, tonumber(args[4])}
end

-- KEYS fence lease.   Returns {owner or '', epoch, seq, milliseconds of the lease left, -2 if free}.
local function fence(keys)
  local holder, current, seq = read_fence(keys[1])
  return {holder or '', current or 0, seq or 0, redis.call('PTTL', keys[2])}
end

-- KEYS fence snapshot ended   ARGV most_ended
-- Returns {epoch, seq, snapshot seq, state, ended records, newest first}, all of one moment.
local function load(keys, args)
  local _, current, seq = read_fence(keys[1])
  local s = redis.call('HMGET', keys[2], 'seq', 'state')
  return {current or 0, seq or 0, tonumber(s[1] or 0), s[2] or '',
          redis.call('LRANGE', keys[3], 0, tonumber(args[1]) - 1)}
end

redis.register_function('hotline_commit', commit)
redis.register_function('hotline_acquire', acquire)
redis.register_function('hotline_release', release)
redis.register_function('hotline_snapshot', snapshot)
redis.register_function('hotline_restore', restore)
redis.register_function{function_name = 'hotline_fence', callback = fence, flags = {'no-writes'}}
redis.register_function{function_name = 'hotline_load', callback = load, flags = {'no-writes'}}
redis.register_function{
  function_name = 'hotline_version',
  callback = function() return VERSION end,
  flags = {'no-writes'},
}
-- The bare floor of a function call, for tests/bench.
redis.register_function{
  function_name = 'hotline_nothing',
  callback = function() return 0 end,
  flags = {'no-writes'},
}

-- For wrk: OCSP requests by POST, each for another serial number.
-- wrk … -s ocsp.lua URL -- PREFIX SUFFIX SERIALS FIRST LAST: SERIALS is a file with one serial number in hex a line, of which those
-- from FIRST on and before LAST are asked for, over and over; the request is PREFIX serial SUFFIX, in hex: all have one length.
local function bytes(hex)
	return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local threads = 0
function setup(thread)
	thread:set("place", threads)
	threads = threads + 1
end

function init(arguments)
	local prefix, suffix = bytes(arguments[1]), bytes(arguments[2])
	local header = { ["Content-Type"] = "application/ocsp-request" }
	requests, at = {}, 0
	local line = 0
	for serial in io.lines(arguments[3]) do
		if line >= tonumber(arguments[4]) and line < tonumber(arguments[5]) then
			requests[#requests + 1] = wrk.format("POST", "/ocsp", header, prefix .. bytes(serial) .. suffix)
		end
		line = line + 1
	end
end

function request()
	at = at % #requests + 1
	return requests[at]
end

bad = 0
function response(status, headers, body)
	-- OCSPResponse: SEQUENCE of more than 127 octets, then responseStatus successful.
	if status ~= 200 or body:byte(1) ~= 0x30 or body:sub(5, 7) ~= "\10\1\0" then
		bad = bad + 1
	end
end

local all = {}
local old_setup = setup
function setup(thread)
	all[#all + 1] = thread
	old_setup(thread)
end

function done(summary, latency)
	local wrong = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
	for _, thread in ipairs(all) do wrong = wrong + thread:get("bad") end
	print(string.format("rate %.6g", summary.requests / (summary.duration / 1e6)))
	print(string.format("p99_ms %.6g", latency:percentile(99) / 1000))
	print(string.format("count %d", summary.requests))
	print(string.format("wrong %d", wrong))
end

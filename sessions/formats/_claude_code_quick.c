/* What most lines of a Claude Code log say: gives the same as read_quickly of claude_code_quick.py, in a
 * fraction of the time. Which lines are understood, and why that is right, is told there.
 *
 * A line is anybody's bytes: whatever is looked at lies between two places that are handed along, and what is looked
 * for is found whole between them or not at all.
 */
#define _GNU_SOURCE /* memmem, which macOS has without it */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

enum { HEAD = 1000, TAIL = 700 };

typedef const char *Place;

#define AND_SIZE(text) text, sizeof(text) - 1

/* Given a stretch and what to look for, return where it is first, NULL where it is not. */
static Place find(Place from, Place end, const char *what, size_t size)
{
    return from < end ? memmem(from, (size_t)(end - from), what, size) : NULL;
}

/* Given a stretch and what it may begin with, return where that ends, NULL where it does not, or is NULL itself. */
static Place after(Place from, Place end, const char *what, size_t size)
{
    return from && (size_t)(end - from) >= size && !memcmp(from, what, size) ? from + size : NULL;
}

/* Given a stretch that begins with signs of an identity, or of a time, return where these end, NULL unless they are as
 * many as such have. */
static Place signs(Place from, Place end, int of_time)
{
    Place place = from;
    for (; from && place < end; place++) {
        char sign = *place, small = (char)(sign | 0x20);
        int digit = sign >= '0' && sign <= '9';
        int in_time = digit || (sign && strchr("T:.Z+-", sign));
        int in_identity = digit || (small >= 'a' && small <= 'z') || sign == '_' || sign == '-';
        if (!(of_time ? in_time : in_identity))
            break;
    }
    Py_ssize_t count = from ? place - from : 0;
    return count >= (of_time ? 20 : 1) && count <= (of_time ? 35 : 100) ? place : NULL;
}

/* Given the end of a stretch and a size, return the place so far before it, at most its beginning. */
static Place back(Place end, Place begin, Py_ssize_t size)
{
    return end - begin > size ? end - size : begin;
}

/* Given a stretch, return where the end of a result and of its record ends with which it begins, NULL without one. */
static Place end_of_result(Place from, Place end)
{
    Place place = after(from, end, AND_SIZE("\"")), flag = after(place, end, AND_SIZE(",\"is_error\":false"));
    place = signs(after(flag ? flag : place, end, AND_SIZE("}]},\"uuid\":\"")), end, 0);
    place = signs(after(place, end, AND_SIZE("\",\"timestamp\":\"")), end, 1);
    place = after(place, end, AND_SIZE("\""));
    return place && place < end && (*place == ',' || *place == '}') ? place + 1 : NULL;
}

/* Given what follows the opening of a user's record, return the answer, NULL where it must be decoded. */
static PyObject *answer(Place from, Place stop, PyObject *span, PyObject *type)
{
    Place call = after(from, stop, AND_SIZE("\"tool_use_id\":\"")), call_end = signs(call, stop, 0), begin;
    if (call)
        begin = after(call_end, stop, AND_SIZE("\",\"type\":\"tool_result\",\"content\":\""));
    else {
        call = after(from, stop, AND_SIZE("\"type\":\"tool_result\",\"tool_use_id\":\""));
        call_end = signs(call, stop, 0);
        begin = after(call_end, stop, AND_SIZE("\",\"content\":\""));
    }
    if (!begin)
        return NULL;
    Place end = find(begin, stop, AND_SIZE("\"toolUseResult\":")), last = NULL;
    if (!end)
        end = stop;
    Place text_end = back(end, begin, TAIL);
    while ((text_end = memchr(text_end, '"', (size_t)(end - text_end))) && !(last = end_of_result(text_end, end)))
        text_end++;
    if (!last || find(begin, text_end, AND_SIZE("\"type\":\"")) ||
        find(back(text_end, begin, TAIL), text_end, AND_SIZE("\":\"")))
        return NULL;
    return PyObject_CallFunction(type, "s#y#y#O", call, (Py_ssize_t)(call_end - call), begin,
                                 (Py_ssize_t)(text_end - begin), text_end, (Py_ssize_t)(last - text_end), span);
}

/* Given what follows the opening of an agent's record, tell whether it is one thought and no more. */
static int is_thinking(Place from, Place stop)
{
    static const char opening[] = "\"role\":\"assistant\",\"content\":[{\"type\":\"";
    Place content = find(from, stop - from > TAIL ? from + TAIL : stop, AND_SIZE(opening));
    content = content ? content + sizeof(opening) - 1 : NULL;
    return after(content, stop, AND_SIZE("thinking\",\"thinking\":\"")) && !find(content, stop, AND_SIZE("},{\""));
}

static PyObject *silent(PyObject *type, const char *reason, Place end, Place stop)
{
    return PyObject_CallFunction(type, "sy#", reason, end, (Py_ssize_t)(stop - end));
}

/* Given a line, return what it says, NULL where it must be decoded or, with an exception, something failed. */
static PyObject *read_line(Place start, Place stop, PyObject *span, PyObject *answer_type, PyObject *silent_type)
{
    if (stop == start || stop[-1] != '}')
        return NULL;
    if (after(start, stop, AND_SIZE("{\"type\":\"file-history-snapshot\"")))
        return silent(silent_type, "file-history-snapshot", stop, stop);
    static const char user_opening[] = "\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{";
    Place end = stop - start > HEAD ? start + HEAD : stop, place = start, agent = NULL, user = NULL, progress = NULL;
    int braces = 0;
    for (; place < end; place++) {
        braces += *place == '{';
        if (*place == '"' && ((agent = after(place, end, AND_SIZE("\"message\":{\"model\":"))) ||
                              (user = after(place, end, AND_SIZE(user_opening))) ||
                              (progress = after(place, end, AND_SIZE("\"type\":\"progress\"")))))
            break;
    }
    if (place == end || braces != 1 || find(start, place, AND_SIZE("\"isSidechain\":true")))
        return NULL;
    if (user)
        return answer(user, stop, span, answer_type);
    if (progress || is_thinking(place, stop))
        return silent(silent_type, progress ? "progress" : "thinking", back(stop, start, TAIL), stop);
    return NULL;
}

/* Given a stretch, tell whether one record ends and another begins in it without a line's end. */
static int is_jointed(Place from, Place end)
{
    for (; end - from > 64; from += 64) { /* many at once */
        unsigned char any = 0;
        for (int at = 0; at < 64; at++)
            any |= (unsigned char)((from[at] == '}') & (from[at + 1] == '{'));
        if (any)
            break;
    }
    return find(from, end, AND_SIZE("}{\"")) != NULL;
}

/* read_lines(data, start, stop, complete, number, limit, Span, Answer, Silent): see read_quickly */
static PyObject *read_lines(PyObject *module, PyObject *arguments)
{
    PyObject *data, *span_type, *answer_type, *silent_type, *found = NULL;
    Py_ssize_t start, stop, number, limit;
    int complete;
    Py_buffer block;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OnnpnnOOO", &data, &start, &stop, &complete, &number, &limit, &span_type,
                          &answer_type, &silent_type) ||
        PyObject_GetBuffer(data, &block, PyBUF_SIMPLE))
        return NULL;
    Place base = block.buf, place, end;
    if (start < 0 || stop < start || block.len < stop)
        PyErr_SetString(PyExc_ValueError, "cannot read beyond a block");
    else
        found = PyList_New(0);
    for (place = base + start, end = base + stop; found && place < end; number++) {
        Place line_end = complete ? memchr(place, '\n', (size_t)(end - place)) : NULL;
        if (!line_end)
            line_end = end;
        int too_long = line_end - place > limit, jointed = line_end > place && is_jointed(place + 1, line_end);
        PyObject *span = PyObject_CallFunction(span_type, "nOnnN", number, data, too_long ? -1 : place - base,
                                               line_end - base, PyBool_FromLong(complete));
        PyObject *item = NULL;
        if (span && complete && !jointed && !too_long)
            item = read_line(place, line_end, span, answer_type, silent_type);
        if (!span || PyErr_Occurred() || PyList_Append(found, item ? item : span))
            Py_CLEAR(found);
        Py_XDECREF(span);
        Py_XDECREF(item);
        place = line_end + 1;
    }
    PyBuffer_Release(&block);
    return found;
}

static PyMethodDef methods[] = {{"read_lines", read_lines, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot steps[] = {{0, NULL}};
static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_claude_code_quick", NULL, 0, methods, steps, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__claude_code_quick(void)
{
    return PyModuleDef_Init(&definition);
}

/* The inner loops of looking for echoes: gives the same as Runs of runs.py, in a fifth of the time.
 *
 * What is held of a session is small (what its agent said). Of what was heard nothing is kept but moments at the
 * agent's runs, and it takes time linear in its length, times the logarithm of the agent's where somebody aims at that.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#include "_words.h"

enum { STOP = 1, CLOSING = 2, BLANK = 3, LINE = 4 }; /* signs.py */
enum { COMMAND = 18 };                               /* utterance.py */

typedef struct {
    PyObject_HEAD
    unsigned char kinds[256];  /* of bytes, as parts of words */
    unsigned char *hidden;     /* of each sign of the first plane whether it cannot be seen */
    uint32_t words, sentences, texts;
    uint32_t *start, *text, *stretch;   /* of each word: where it begins, its text, its stretch between marks of code */
    unsigned char *in_code, *brief;     /* of each word: whether that is code, and whether short runs count there */
    uint32_t *bound, *first_word;       /* of each sentence, and where the last ends */
    uint32_t *text_bound;               /* of each text */
    int64_t *order;
    Known *runs, *shorts;
} Runs;

/* Given a text that was heard and when, note its runs. */
static void note_all(Runs *self, const unsigned char *data, size_t size, int64_t moment)
{
    uint16_t places[PIECE];
    uint64_t one = 0, two = 0, shorts[3] = {0}; /* the last two words, and the last three short runs */
    size_t seen = 0;
    for (size_t from = 0; from < size; from += PIECE) {
        size_t count = words_in(self->kinds, data, size, from, places);
        for (size_t at = 0; at < count; at++) {
            uint64_t three = word_at(data + from + places[at]), run = short_run(one, two, three);
            if (++seen >= SHORT)
                note(self->shorts, run, moment);
            if (seen >= RUN)
                note(self->runs, long_run(shorts[0], run), moment);
            one = two;
            two = three;
            shorts[0] = shorts[1];
            shorts[1] = shorts[2];
            shorts[2] = run;
        }
    }
}

/* ---- what the agent said */

/* Write where its sentences begin, as sentence_bounds of utterance.py says. */
static void find_sentences(Runs *self, const unsigned char *data, uint32_t size, const unsigned char *kinds)
{
    int ended = 0, closings = 0, gap = 0;
    for (uint32_t at = 0; at < size; at++) {
        unsigned char kind = kinds[data[at]];
        gap |= ended && kind == BLANK;
        if (at == 0 || kinds[data[at - 1]] == LINE || (gap && kind != BLANK))
            self->bound[self->sentences++] = at;
        gap &= kind == BLANK;
        closings = kind == CLOSING ? closings + 1 : 0;
        ended = kind == STOP || (ended && kind == CLOSING && closings <= 3);
    }
    self->bound[self->sentences] = size;
}

/* Write of its words what text, sentence and stretch of code each stands in. */
static void place_words(Runs *self, const unsigned char *data)
{
    uint32_t word = 0, marks = 0, text = 0, at = 0;
    for (uint32_t sentence = 0; sentence < self->sentences; sentence++) {
        for (; at < self->bound[sentence]; at++)
            marks += data[at] == '`';
        uint32_t first = self->first_word[sentence] = word, marks_before = marks;
        for (; word < self->words && self->start[word] < self->bound[sentence + 1]; word++) {
            for (; at < self->start[word]; at++)
                marks += data[at] == '`';
            while (text + 1 < self->texts && self->text_bound[text + 1] <= self->start[word])
                text++;
            self->text[word] = text;
            self->stretch[word] = marks;
            self->in_code[word] = (marks - marks_before) & 1;
        }
        int few = word - first >= SHORT && word - first < RUN;
        for (uint32_t each = first; each < word; each++)
            self->brief[each] = few || self->in_code[each];
    }
    self->first_word[self->sentences] = word;
}

/* Know its runs, and that it said them itself. Returns -1 with an exception where memory ends. */
static int know_runs(Runs *self, const unsigned char *data)
{
    uint32_t words = self->words, *start = self->start, runs = 0, shorts = 0;
    uint64_t *numbers = room(words, sizeof *numbers);
    Pair *pairs = room(words, sizeof *pairs), *brief = room(words, sizeof *brief);
    if (numbers && pairs && brief) {
        for (uint32_t at = 0; at + SHORT <= words; at++) {
            uint64_t one = word_at(data + start[at]), two = word_at(data + start[at + 1]);
            numbers[at] = short_run(one, two, word_at(data + start[at + 2]));
            if (self->brief[at])
                brief[shorts++] = (Pair){numbers[at], at};
        }
        for (; runs + RUN <= words; runs++)
            pairs[runs] = (Pair){long_run(numbers[runs], numbers[runs + SHORT]), runs};
        self->runs = known_of(pairs, runs, words);
        self->shorts = known_of(brief, shorts, words);
    }
    if (!PyErr_Occurred())
        for (uint32_t at = 0; at + SHORT <= words; at++) {
            int64_t moment = 2 * self->order[self->text[at]];
            if (self->text[at] == self->text[at + SHORT - 1])
                note(self->shorts, numbers[at], moment);
            if (at + RUN <= words && self->text[at] == self->text[at + RUN - 1])
                note(self->runs, long_run(numbers[at], numbers[at + SHORT]), moment);
        }
    PyMem_Free(numbers);
    PyMem_Free(pairs);
    PyMem_Free(brief);
    return PyErr_Occurred() ? -1 : 0;
}

/* Given the place of a word, the runs that begin at words and how long they are, tell whether a tool said the one that
 * begins there, before this text did. */
static int echoes(const Runs *self, const Known *known, uint32_t word, uint32_t length)
{
    uint32_t text = self->text[word];
    if (self->words - word < length || self->text[word + length - 1] != text)
        return 0;
    int64_t first = known->first[known->place[word]];
    return (first & 1) && first >> 1 < self->order[text];
}

/* ---- the type */

static void runs_free(PyObject *object)
{
    Runs *self = (Runs *)object;
    void *parts[] = {self->hidden, self->start, self->text, self->stretch, self->in_code, self->brief,
                     self->bound, self->first_word, self->text_bound, self->order};
    for (size_t at = 0; at < sizeof parts / sizeof *parts; at++)
        PyMem_Free(parts[at]);
    forget(self->runs);
    forget(self->shorts);
    PyTypeObject *type = Py_TYPE(object);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* Runs(joined, bounds, orders, kinds of bytes, kinds for sentences, hidden signs) */
static PyObject *runs_new(PyTypeObject *type, PyObject *arguments, PyObject *names)
{
    const unsigned char *data, *kinds, *ends, *hidden;
    Py_ssize_t size, kinds_size, ends_size, hidden_size;
    PyObject *bounds, *orders;
    (void)names;
    if (!PyArg_ParseTuple(arguments, "y#O!O!y#y#y#", &data, &size, &PyList_Type, &bounds, &PyList_Type, &orders, &kinds,
                          &kinds_size, &ends, &ends_size, &hidden, &hidden_size))
        return NULL;
    size_t texts = (size_t)PyList_Size(orders), most = (size_t)size;
    if (kinds_size != 256 || ends_size != 256 || hidden_size != 1 << 16 || size >= INT32_MAX ||
        (size_t)PyList_Size(bounds) != texts || texts >= INT32_MAX || (size && !texts))
        return PyErr_Format(PyExc_ValueError, "cannot hold %zd bytes of %zd texts", size, PyList_Size(orders));
    Runs *self = (Runs *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (!self)
        return NULL;
    memcpy(self->kinds, kinds, 256);
    self->texts = (uint32_t)texts;
    if (!(self->hidden = room(1 << 16, 1)) || !(self->bound = room(most, sizeof *self->bound)) ||
        !(self->text_bound = room(texts, sizeof *self->text_bound)) ||
        !(self->order = room(texts, sizeof *self->order)) || !(self->start = room(most / 2, sizeof *self->start)))
        goto failed;
    memcpy(self->hidden, hidden, 1 << 16);
    for (size_t at = 0; at < texts; at++) {
        self->text_bound[at] = (uint32_t)PyLong_AsUnsignedLong(PyList_GetItem(bounds, (Py_ssize_t)at));
        self->order[at] = PyLong_AsLongLong(PyList_GetItem(orders, (Py_ssize_t)at));
    }
    if (PyErr_Occurred())
        goto failed;
    for (size_t from = 0; from < most; from += PIECE) {
        uint16_t found[PIECE];
        size_t count = words_in(self->kinds, data, most, from, found);
        for (size_t at = 0; at < count; at++)
            self->start[self->words++] = (uint32_t)from + found[at];
    }
    find_sentences(self, data, (uint32_t)size, ends);
    if (!(self->first_word = room(self->sentences, sizeof *self->first_word)) ||
        !(self->text = room(self->words, sizeof *self->text)) || !(self->in_code = room(self->words, 1)) ||
        !(self->stretch = room(self->words, sizeof *self->stretch)) || !(self->brief = room(self->words, 1)))
        goto failed;
    place_words(self, data);
    if (!know_runs(self, data))
        return (PyObject *)self;
failed:
    Py_DECREF(self);
    return NULL;
}

/* note(texts, moments, raw): see runs.py */
static PyObject *runs_note(PyObject *object, PyObject *arguments)
{
    Runs *self = (Runs *)object;
    PyObject *texts, *moments, *left;
    int raw;
    if (!PyArg_ParseTuple(arguments, "O!O!p", &PyList_Type, &texts, &PyList_Type, &moments, &raw) ||
        !(left = PyList_New(0)))
        return NULL;
    for (Py_ssize_t at = 0; at < PyList_Size(texts) && at < PyList_Size(moments); at++) {
        int64_t moment = PyLong_AsLongLong(PyList_GetItem(moments, at));
        Py_buffer text;
        if ((moment == -1 && PyErr_Occurred()) || PyObject_GetBuffer(PyList_GetItem(texts, at), &text, PyBUF_SIMPLE))
            goto failed;
        int hidden = raw && has_hidden(self->hidden, text.buf, (size_t)text.len);
        if (!hidden)
            note_all(self, text.buf, (size_t)text.len, moment);
        PyBuffer_Release(&text);
        if (hidden) {
            PyObject *number = PyLong_FromSsize_t(at);
            int failed = !number || PyList_Append(left, number);
            Py_XDECREF(number);
            if (failed)
                goto failed;
        }
    }
    return left;
failed:
    Py_DECREF(left);
    return NULL;
}

/* Given which words a tool said and where its short runs begin, write of each stretch of code whether it is quoted. */
static void find_quoted(const Runs *self, const unsigned char *shorts, unsigned char *quoted)
{
    for (uint32_t word = 0, end; word < self->words; word = end) {
        uint32_t length = 0, heard = 0, stretch = self->stretch[word];
        for (end = word; end < self->words && self->stretch[end] == stretch; end++) {
            length += self->in_code[end];
            heard += self->in_code[end] && shorts[end];
        }
        int is_quoted = length >= SHORT && length <= COMMAND && heard == length - SHORT + 1;
        for (; word < end; word++)
            quoted[word] = is_quoted && self->in_code[word];
    }
}

/* doubtful(places): see runs.py */
static PyObject *runs_doubtful(PyObject *object, PyObject *arguments)
{
    Runs *self = (Runs *)object;
    PyObject *places, *found = NULL;
    if (!PyArg_ParseTuple(arguments, "O!", &PyList_Type, &places))
        return NULL;
    unsigned char *covered = room(self->words, 1), *shorts = room(self->words, 1), *quoted = room(self->words, 1),
                  *asked = room(self->sentences, 1);
    if (!covered || !shorts || !quoted || !asked || !(found = PyList_New(0)))
        goto done;
    for (Py_ssize_t at = 0; at < PyList_Size(places); at++) {
        size_t place = PyLong_AsSize_t(PyList_GetItem(places, at));
        uint32_t low = 0, high = self->sentences;
        while (low + 1 < high) {
            uint32_t middle = low + (high - low) / 2;
            if (self->bound[middle] <= place)
                low = middle;
            else
                high = middle;
        }
        asked[low] = 1;
    }
    for (uint32_t word = 0, left = 0; word < self->words; word++) {
        left = echoes(self, self->runs, word, RUN) ? RUN : left;
        covered[word] = left > 0;
        left -= left > 0;
        shorts[word] = self->brief[word] && echoes(self, self->shorts, word, SHORT);
    }
    find_quoted(self, shorts, quoted);
    for (uint32_t each = 0; each < self->sentences; each++) {
        uint32_t first = self->first_word[each], words = self->first_word[each + 1] - first, said = 0, heard = 0;
        int brief = 0;
        for (uint32_t word = first; word < first + words; word++) {
            said += covered[word];
            heard += shorts[word];
            brief |= quoted[word];
        }
        brief |= words >= SHORT && words < RUN && heard == words - SHORT + 1;
        if (2 * said > words || said >= RUN || brief || asked[each]) {
            PyObject *one = Py_BuildValue("IIy#N", self->bound[each], self->bound[each + 1], (char *)covered + first,
                                          (Py_ssize_t)words, PyBool_FromLong(brief));
            if (!one || PyList_Append(found, one))
                Py_CLEAR(found);
            Py_XDECREF(one);
            if (!found)
                break;
        }
    }
done:
    PyMem_Free(covered);
    PyMem_Free(shorts);
    PyMem_Free(quoted);
    PyMem_Free(asked);
    if (PyErr_Occurred())
        Py_CLEAR(found);
    return found;
}

static PyMethodDef methods[] = {
    {"note", runs_note, METH_VARARGS, NULL},
    {"doubtful", runs_doubtful, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {{Py_tp_new, runs_new}, {Py_tp_dealloc, runs_free}, {Py_tp_methods, methods}, {0, NULL}};
static PyType_Spec spec = {"dreamd.sessions._runs.Runs", sizeof(Runs), 0, Py_TPFLAGS_DEFAULT, slots};

static int fill(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&spec);
    int failed = !type || PyModule_AddObjectRef(module, "Runs", type);
    Py_XDECREF(type);
    return failed ? -1 : 0;
}

static PyModuleDef_Slot steps[] = {{Py_mod_exec, fill}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_runs", NULL, 0, NULL, steps, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__runs(void)
{
    return PyModuleDef_Init(&definition);
}

using GradOracle.Derivations;
using TorchSharp;

namespace GradOracle;

/// <summary>
/// A tensor in whatever form code has it: <c>double[,]</c>, <c>double[][]</c>, <c>double[]</c> and <c>Span</c> (row
/// after row), <c>Matrix</c> of MathNet, <c>Tensor</c> of System.Numerics.Tensors, the same of floats,
/// <c>torch.Tensor</c>, a pointer, and class indices as <c>int[]</c>. It converts itself: <c>float[] W = x["W"];</c>
/// and <c>g["W"] = dW;</c>.
/// </summary>
public sealed partial class AnyTensor
{
    private readonly Dictionary<Type, object> _forms = [];
    private readonly Held? _held; // of ours
    private readonly ElementsUsed? _uses;
    private readonly bool _isBuffer;
    private readonly object? _form; // of theirs
    private AnyTensor? _transposed;
    private object? _last;
    private (double[] Entries, int[]? Sizes)? _kept;
    private InvalidOperationException? _unreadable;

    /// <summary>A tensor of ours, in no form yet.</summary>
    /// <param name="held">Its entries; of a buffer those that it holds before anybody writes.</param>
    /// <param name="uses">Told what it is taken as.</param>
    /// <param name="isBuffer">Whether it is there to be written.</param>
    internal AnyTensor(Held held, ElementsUsed uses, bool isBuffer = false) =>
        (_held, _uses, _isBuffer) = (held, uses, isBuffer);

    private AnyTensor(object? form) => _form = form;

    /// <summary>The same matrix with rows as columns, for code that has its examples the other way round. Written
    /// (<c>g["X"].T = dX</c>), it says that what is given is the transpose.</summary>
    public AnyTensor T
    {
        get =>
            _transposed ??= _held is { } held ? new(held.Transposed(), _uses!, _isBuffer) : new(TransposedOfTheirs());
        set => _transposed = value;
    }

    /// <summary>What was given, in the form it was given in; null where it is ours, or nothing.</summary>
    internal object? Form => _transposed is { _form: { } given } ? given : _form;

    /// <summary>Whether it is a buffer of ours that was taken to be written.</summary>
    internal bool IsTaken => _isBuffer && (_last is not null || _transposed is { IsTaken: true });

    /// <summary>The memory of all forms it has.</summary>
    internal IEnumerable<object> Memory => _forms.Values.Concat(Form is { } given ? [given] : [])
        .SelectMany(Forms.MemoryOf).Concat(_transposed is { _held: not null } other ? other.Memory : []);

    /// <summary>Whether somebody wrote into a form of it.</summary>
    internal bool IsChanged => _transposed is { _held: not null, IsChanged: true }
        || _forms.Any(form => form.Value is not torch.Tensor { IsInvalid: true }
            && !IsolatedRun.IsSame(Forms.Read(form.Value).Entries, Forms.Read(Forms.Make(form.Key, _held!)).Entries));

    /// <summary>Its entries as they are now, row after row, and its sizes where they are known; null where nobody gave
    /// or wrote it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read.</exception>
    internal (double[] Entries, int[]? Sizes)? Read()
    {
        if (_transposed?.Read() is var (entries, sizes) && (_transposed._form is not null || _transposed.IsTaken))
        {
            var (columns, rows) = sizes is [var c, var r] ? (c, r) : (_held!.Matrix.Columns, _held.Matrix.Rows);
            var isWhole = columns * rows == entries.Length;
            return (isWhole ? Held.Transposed(entries, columns, rows) : entries, isWhole ? [rows, columns] : null);
        }

        return _unreadable is not null ? throw _unreadable
            : _form is not null ? _kept ?? Forms.Read(_form)
            : _last is not null ? Forms.Read(_last)
            : _isBuffer || _held is null ? null
            : (_held.Entries, [.. _held.Sizes]);
    }

    /// <summary>Reads a torch tensor at once: the scope that it lives in may end before the code does.</summary>
    internal AnyTensor Keep()
    {
        try
        {
            _kept = _form is torch.Tensor ? Forms.Read(_form) : null;
        }
        catch (InvalidOperationException unreadable)
        {
            _unreadable = unreadable;
        }

        return this;
    }

    private TForm To<TForm>()
        where TForm : class
    {
        if (_form is TForm given)
        {
            return given;
        }

        var held = _held ?? (Read() is var (entries, sizes)
            ? new Held("the tensor", sizes is null ? new(entries.Length) : new(sizes), entries, ElementType.Float64)
            : throw new InvalidOperationException("there is no tensor to convert"));
        _uses?.Note(typeof(TForm));
        if (!_forms.TryGetValue(typeof(TForm), out var form))
        {
            form = Forms.Make(typeof(TForm), held);
            _forms.Add(typeof(TForm), form);
        }

        _last = form;
        return (TForm)form;
    }

    private double[,]? TransposedOfTheirs() => Read() is var (entries, sizes)
        ? (double[,])Forms.Make(
            typeof(double[,]),
            new Held("the tensor", new(sizes ?? [entries.Length]), entries, ElementType.Float64).Transposed())
        : null;
}

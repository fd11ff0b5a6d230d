namespace GradOracle.Derivations;

/// <summary>In which precision foreign code was seen to compute: what it took and gave floats for.</summary>
internal sealed class ElementsUsed
{
    /// <summary>Whether it took or gave a float.</summary>
    public bool Single { get; private set; }

    /// <summary>Notes a form that was handed out or given.</summary>
    public void Note(Type form) => Single |= Forms.IsSingle(form);

    /// <summary>Notes a form that was given, whose elements are not always told by its type.</summary>
    public void Note(object? form) => Single |= form is not null && Forms.IsSingle(form);
}

using PodConsole.Domain.Pods;

namespace PodConsole.Web.Shared.Environment;

/// <summary>The environment as typed. Saved secrets come without their values and keep them unless a new one is typed.</summary>
public sealed class EnvironmentForm
{
    private readonly List<VariableRow> _rows;

    /// <summary>Starts with what is saved.</summary>
    public EnvironmentForm(IReadOnlyList<EnvironmentVariable> saved) => _rows =
        [.. SecretBox.Mask(saved).Select(variable => new VariableRow
        {
            Name = variable.Name,
            Value = variable.Value,
            IsSecret = variable.IsSecret,
            SavedSecret = variable.IsSecret ? variable.Name : null,
        })];

    private EnvironmentForm(IEnumerable<VariableRow> rows) => _rows = [.. rows];

    /// <summary>The rows in their order.</summary>
    public IReadOnlyList<VariableRow> Rows => _rows;

    /// <summary>What is set, without rows in which nothing was typed.</summary>
    public IReadOnlyList<EnvironmentVariable> Variables => [.. Filled.Select(row => row.ToVariable())];

    /// <summary>Whether there is room for another row.</summary>
    public bool CanAdd => _rows.Count < PodRules.MaxVariables;

    /// <summary>What is wrong with the list as a whole; null when nothing is.</summary>
    public string? Problem => Variables.Count > PodRules.MaxVariables ? PodRules.Variables(Variables).First() : null;

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => Problem is null && Filled.All(row => ProblemsOf(row).Count == 0);

    private IEnumerable<VariableRow> Filled => _rows.Where(row => !row.IsBlank);

    /// <summary>The same rows, to be changed on their own.</summary>
    public EnvironmentForm Copy() => new(_rows.Select(row => row.Copy()));

    /// <summary>Adds a row in which nothing is typed.</summary>
    public void Add() => _rows.Add(new());

    /// <summary>Removes a row.</summary>
    public void Remove(VariableRow row) => _rows.Remove(row);

    /// <summary>Sets a name; several lines, as pasted from a file, become one row each.</summary>
    public void SetName(VariableRow row, string text)
    {
        // Browsers may report one pasted text more than once.
        if (text == row.LastSplit)
        {
            return;
        }

        row.Name = text;
        if (text.Contains('\n'))
        {
            Split(row);
        }
    }

    /// <summary>
    /// Makes rows of the <c>KEY=VALUE</c> in a row's name. Called when the field is left: while somebody types, the rest of
    /// the value would land in the name.
    /// </summary>
    public void Split(VariableRow row)
    {
        if (!row.Name.Contains('=') && !row.Name.Contains('\n'))
        {
            return;
        }

        row.LastSplit = row.Name;
        var lines = VariableLines.Read(row.Name);
        row.Name = lines.Count > 0 ? lines[0].Name : "";
        row.Value = lines.Count > 0 && lines[0].Value.Length > 0 ? lines[0].Value : row.Value;
        _rows.InsertRange(_rows.IndexOf(row) + 1, lines.Skip(1).Select(line => new VariableRow { Name = line.Name, Value = line.Value }));
    }

    /// <summary>What is wrong with one row.</summary>
    public IReadOnlyList<string> ProblemsOf(VariableRow row)
    {
        if (row.IsBlank)
        {
            return [];
        }

        var variable = row.ToVariable();
        var problems = PodRules.Variables([variable]).ToList();
        if (variable.Name.Length > 0 && Filled.Count(other => other.Name.Trim() == variable.Name) > 1)
        {
            problems.Add($"{variable.Name} is set twice.");
        }

        if (row.KeepsSaved && !row.IsSecret)
        {
            problems.Add("The saved value stays hidden: type the value to show it from now on.");
        }
        else if (row.KeepsSaved && row.SavedSecret != variable.Name)
        {
            problems.Add($"The hidden value is saved under {row.SavedSecret}: type it again for the new name.");
        }

        return problems;
    }
}

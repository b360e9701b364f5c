using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PodConsole.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class MappingHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "MappingChanges",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PodId = table.Column<string>(type: "TEXT", maxLength: 14, nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Cause = table.Column<string>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MappingChanges", x => x.Id);
                    table.ForeignKey(
                        name: "FK_MappingChanges_Pods_PodId",
                        column: x => x.PodId,
                        principalTable: "Pods",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_MappingChanges_PodId",
                table: "MappingChanges",
                column: "PodId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "MappingChanges");
        }
    }
}
